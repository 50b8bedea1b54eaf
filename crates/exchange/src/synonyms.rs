//! Names that columns carry in the files of other programs, in three languages.
//!
//! Data, not sentences: these are read, never shown. Written in the form that [`plain`] gives,
//! divided by blanks.

use std::{collections::HashSet, sync::LazyLock};

use crate::{
    column::Field,
    record::{customer::CustomerField, product::ProductField, sale::SaleField},
    value::fold::{is_invisible, narrow},
};

pub const MEMBER_NO: &str = "
    会员号 會員號 会员编号 會員編號 会员卡号 會員卡號 会员id 會員id 卡号 卡號 会员号码 會員號碼 客户编号
    客戶編號 客户号 客戶號 顾客编号 顧客編號 编号 編號 会员代码 客户代码 客戶代號 會員代號 memberno
    membernumber memberid membershipno membershipnumber cardno cardnumber customerno customernumber
    customerid custid customercode id no";
pub const NAME: &str = "
    姓名 名字 客户姓名 客戶姓名 会员姓名 會員姓名 顾客姓名 顧客姓名 客户名称 客戶名稱 会员名称 會員名稱
    联系人 聯絡人 聯繫人 客户 客戶 会员 會員 顾客 顧客 称呼 稱呼 name fullname customername membername
    customer contact contactname client clientname";
pub const PHONE: &str = "
    手机 手機 手机号 手機號 手机号码 手機號碼 移动电话 移動電話 行动电话 行動電話 联系电话 聯繫電話
    聯絡電話 电话 電話 电话号码 電話號碼 联系方式 聯絡方式 客户电话 客戶電話 会员手机 會員手機 会员电话
    mobile mobilephone mobileno mobilenumber phone phoneno phonenumber cell cellphone tel telephone
    contactnumber contactphone";
pub const LANDLINE: &str = "
    固定电话 固定電話 座机 座機 固话 固話 市话 市話 家庭电话 住宅电话 住家電話 办公电话 辦公電話
    公司电话 公司電話 单位电话 landline homephone workphone officephone fixedphone fixedline";
pub const EMAIL: &str = "
    邮箱 郵箱 电子邮箱 電子郵箱 电子邮件 電子郵件 邮件 郵件 邮箱地址 电邮 電郵 信箱 email emailaddress
    mail";
pub const BIRTHDAY: &str = "
    生日 出生日期 出生年月日 出生年月 会员生日 會員生日 birthday birthdate dateofbirth dob bday";
pub const GENDER: &str = "
    性别 性別 称谓 稱謂 gender sex";
pub const ADDRESS: &str = "
    地址 住址 联系地址 聯絡地址 通讯地址 通訊地址 家庭地址 收货地址 收貨地址 详细地址 詳細地址 address
    addr streetaddress mailingaddress homeaddress postaladdress";
pub const COMPANY: &str = "
    公司 公司名称 公司名稱 单位 單位 工作单位 工作單位 企业 企業 company companyname organisation
    organization org employer";
pub const TAGS: &str = "
    标签 標籤 客户标签 客戶標籤 会员标签 會員標籤 tags tag labels label";
pub const REMARKS: &str = "
    备注 備註 备注信息 说明 說明 附注 附註 remarks remark notes note comment comments memo";
pub const SPENT: &str = "
    累计消费 累計消費 累计消费金额 累計消費金額 消费总额 消費總額 消费金额 消費金額 总消费 總消費
    totalspent spent totalspend lifetimespend";
pub const POINTS: &str = "
    积分 積分 点数 點數 会员积分 會員積分 當前積分 当前积分 剩余积分 可用积分 红利点数 紅利點數 points
    pointsbalance loyaltypoints";
pub const REGISTERED: &str = "
    注册时间 註冊時間 注册日期 註冊日期 入会时间 入會時間 入会日期 入會日期 办卡日期 开卡日期 开卡时间
    加入日期 建档日期 建檔日期 创建时间 建立時間 registered registeredat registrationdate joined
    joinedon joindate membersince createdat created";
pub const LAST_VISIT: &str = "
    最近到店 最近到店时间 最后到店 最後到店 上次到店 最近消费 最近消費 最近消费时间 最后消费时间
    最後消費日 最近来访 lastvisit lastvisited lastvisitdate lastpurchase lastpurchasedate lastsale";

pub const CUSTOMER_NO: &str = MEMBER_NO;
pub const CUSTOMER_PHONE: &str = PHONE;
pub const SALE_NO: &str = "
    单号 單號 订单号 訂單號 订单编号 訂單編號 小票号 小票號 销售单号 銷售單號 流水号 流水號 交易号
    交易號 交易编号 交易編號 发票号 發票號碼 saleno salenumber saleid orderno ordernumber orderid
    receiptno receiptnumber invoiceno invoicenumber invoice transactionid transactionno ticketno";
pub const DATE: &str = "
    日期 时间 時間 销售日期 銷售日期 销售时间 銷售時間 交易日期 交易时间 交易時間 订单日期 訂單日期
    下单时间 下單時間 购买日期 購買日期 消费日期 消費日期 消费时间 消費時間 date datetime time saledate
    soldat orderdate purchasedate transactiondate invoicedate timestamp";
pub const STORE: &str = "
    门店 門店 店铺 店鋪 分店 店名 门店名称 門店名稱 商店 门市 門市 store storename shop shopname branch
    outlet";
pub const SKU: &str = "
    sku 货号 貨號 商品编号 商品編號 商品编码 商品編碼 商品代码 商品代號 产品编号 產品編號 产品编码
    產品編碼 款号 款號 skucode skuno itemno itemcode itemnumber itemid productcode productno productid
    productnumber articleno stockcode";
pub const PRODUCT: &str = "
    商品 产品 產品 商品名称 商品名稱 产品名称 產品名稱 品名 货品名称 貨品名稱 名称 名稱 product
    productname item itemname article description";
pub const QUANTITY: &str = "
    数量 數量 件数 件數 销量 銷量 购买数量 購買數量 销售数量 銷售數量 quantity qty units count pieces";
pub const REFUND_OF: &str = "
    原单号 原單號 原订单号 原訂單號 原小票号 原小票號 原销售单号 原銷售單號 退货单号 退貨單號 refundof
    originalsaleno originalorderno originalreceiptno originalinvoiceno";
pub const UNIT_PRICE: &str = "
    单价 單價 售价 售價 销售单价 銷售單價 成交价 成交價 unitprice price unitcost priceeach";
pub const AMOUNT: &str = "
    金额 金額 总额 總額 总金额 總金額 实收 實收 实收金额 實收金額 实付金额 實付金額 销售额 銷售額
    销售金额 銷售金額 小计 小計 应收 應收 合计金额 合計金額 amount total totalamount linetotal subtotal
    sum value dollarvalue revenue sales paid";
pub const DISCOUNT: &str = "
    折扣 优惠 優惠 折扣金额 折扣金額 优惠金额 優惠金額 折让 折讓 discount discountamount";

pub const CATEGORY: &str = "
    分类 分類 类别 類別 类目 品类 品類 商品分类 商品分類 商品类别 商品類別 category categoryname
    productcategory group type";
pub const PRICE: &str = "
    价格 價格 售价 售價 零售价 零售價 标价 標價 定价 定價 吊牌价 吊牌價 单价 單價 原价 原價 建议售价
    建議售價 price listprice retailprice unitprice rrp";
pub const FLOOR_PRICE: &str = "
    底价 底價 最低价 最低價 最低售价 最低售價 限价 限價 floorprice minprice minimumprice lowestprice";
pub const BARCODE: &str = "
    条码 條碼 条形码 條形碼 商品条码 商品條碼 国际条码 國際條碼 barcode ean ean13 upc gtin";

/// A column's name without case, width, blanks and marks.
pub fn plain(name: &str) -> String {
    name.chars()
        .filter(|&c| !is_invisible(c))
        .map(narrow)
        .filter(|c| {
            !c.is_whitespace() && !matches!(c, '_' | '-' | '.' | ':' | '*' | '#' | '"' | '\'' | '/')
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// The name again without what stands in brackets: `金额(元)` as `金额`.
pub fn without_brackets(name: &str) -> Option<&str> {
    let at = name.find(['(', '（', '[', '【'])?;
    Some(&name[..at]).filter(|head| !head.trim().is_empty())
}

/// Whether a list of names holds this one, which is [`plain`] already.
pub fn holds(names: &str, name: &str) -> bool {
    names.split_whitespace().any(|known| known == name)
}

/// Whether some field of some kind is known by this name.
pub fn is_known(name: &str) -> bool {
    static ALL: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
        let customers = CustomerField::ALL.iter().map(|(_, _, names)| *names);
        let sales = SaleField::ALL.iter().map(|(_, _, names)| *names);
        let products = ProductField::ALL.iter().map(|(_, _, names)| *names);
        customers.chain(sales).chain(products).flat_map(str::split_whitespace).collect()
    });
    name.len() < 200 && ALL.contains(plain(name).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched_whatever_their_dress() {
        for name in [
            "会员号",
            " 手机号码 ",
            "Member No.",
            "customer_id",
            "E-mail",
            "Ｎａｍｅ",
            "\u{feff}姓名",
            "*姓名",
        ] {
            assert!(is_known(name), "{name}");
        }
        assert!(!is_known("13812345678"));
        assert_eq!(without_brackets("金额（元）"), Some("金额"));
    }
}
