//! How a character is read: by the `pinyin` crate, by what it is as a surname, and by the second
//! reading that people use in names. Every reading can be typed; the first is the one shown.
//!
//! Not every reading of a dictionary: 石 as dàn would only bring up the wrong people.

use std::{collections::HashMap, sync::LazyLock};

use pinyin::ToPinyin;

use super::fold::fold;

/// A reading: as typed (`zhang`, `lv`) and as shown (`zhāng`, `lǚ`); as many letters in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    pub letters: String,
    pub shown: String,
}

/// Surnames that are read otherwise than the character alone.
const SURNAMES: &str = "单shàn 曾zēng 解xiè 仇qiú 区ōu 查zhā 朴piáo 任rén 华huà 宁nìng 盖gě 翟zhái 尉wèi 乐yuè 缪miào \
秘bì 冼xiǎn 折shé 员yùn 贠yùn 晁cháo 种chóng 召shào 逄páng 隗wěi 哈hǎ 那nā 祭zhài 过guō 应yīng 占zhān 纪jǐ 葛gě 燕yān \
洗xiǎn 訾zī 句gōu 繁pó 卜bǔ 覃qín 牟mù 便pián 撒sǎ 费bì 车chē 谌shèn 臧zāng 郇xún 郗chī 佴nài 俞yú 曲qū 於yū 令líng \
盛shèng 沈shěn 万wàn 藏zāng 褚chǔ 柏bǎi 薄bó 都dū 阚kàn 难nìng 宓fú 乜niè 适kuò 呙guō 眭suī 角jué 炔guì 相xiàng 强qiáng \
瞿qú 殷yīn 逯lù 莘shēn 长zhǎng 黑hè 塔tǎ 父fǔ 尹yǐn 谷gǔ 浩gào 洋xiáng 戏xī 镡tán 弗fèi 会guì 郝hǎo 景jǐng 钭tǒu 亓qí \
贲bēn 芈mǐ 笪dá 妫guī 厍shè 仉zhǎng 佘shé 贾jiǎ 冯féng 颉xié 降jiàng 蕃pí 泷shuāng 嬴yíng 禚zhuó 郏jiá 郄qiè 荥xíng";

/// Surnames of two characters with readings of their own.
const COMPOUND: &str = "尉迟yù,chí 长孙zhǎng,sūn 万俟mò,qí 澹台tán,tái 单于chán,yú 令狐líng,hú 诸葛zhū,gě 子车zǐ,jū \
乐正yuè,zhèng 亓官qí,guān 宰父zǎi,fǔ 谷梁gǔ,liáng 夹谷jiá,gǔ 拓跋tuò,bá 库狄shè,dí 鲜于xiān,yú 皇甫huáng,fǔ 纳兰nà,lán \
呼延hū,yán 淳于chún,yú 颛孙zhuān,sūn 叶赫yè,hè 那拉nà,lā 冒顿mò,dú 吐蕃tǔ,bō 仆固pú,gù 乌孙wū,sūn 欧阳ōu,yáng \
司徒sī,tú 慕容mù,róng 宇文yǔ,wén 上官shàng,guān 夏侯xià,hóu 钟离zhōng,lí 闾丘lǘ,qiū 哥舒gē,shū 贺若hè,ruò 尔朱ěr,zhū \
重庆chóng,qìng 银行yín,háng 厦门xià,mén 长沙cháng,shā 长春cháng,chūn 长江cháng,jiāng 长城cháng,chéng 音乐yīn,yuè \
成都chéng,dū 首都shǒu,dū 六安lù,ān 番禺pān,yú 蚌埠bèng,bù 行业háng,yè 大厦dà,shà 会计kuài,jì";

/// Second readings that given names and shop signs have.
const SECOND: &str = "乐lè,yuè 长cháng,zhǎng 重chóng,zhòng 行xíng,háng 晟shèng,chéng 朝cháo,zhāo 茜qiàn,xī 伽jiā,gā 露lù,lòu \
阿ā,ē 艾ài,yì 娜nà,nuó 莎shā,suō 柏bǎi,bó 藏cáng,zàng 盛shèng,chéng 莘shēn,xīn 单dān,shàn 都dū,dōu 厦xià,shà 会huì,kuài \
和hé,hè 华huá,huà 宁níng,nìng 传chuán,zhuàn 石shí 车chē,jū 奇qí,jī 万wàn 大dà,dài 曾zēng,céng 殷yīn,yān 绿lǜ,lù 弹tán,dàn \
率shuài,lǜ 校xiào,jiào 调diào,tiáo 降jiàng,xiáng 贾jiǎ,gǔ 翟dí,zhái 琢zhuó,zuó 隽juàn,jùn 汤tāng,shāng 卜bǔ,bo 圳zhèn \
叶yè 沈shěn 俊jùn 尾wěi,yǐ 巷xiàng,hàng 蔓màn,wàn 晕yūn,yùn 熨yùn,yù 便biàn,pián 薄bó,báo 省shěng,xǐng 了liǎo,le \
还hái,huán 着zhe,zhuó 地dì 得dé 的dē,dì 澄chéng,dèng 拓tuò,tà 秘mì,bì 种zhǒng,chóng 尉wèi,yù 台tái 曲qū,qǔ 冯féng,píng";

static SURNAME: LazyLock<HashMap<char, &'static str>> =
    LazyLock::new(|| SURNAMES.split(' ').filter_map(apart).collect());

static PAIR: LazyLock<HashMap<(char, char), [&'static str; 2]>> = LazyLock::new(|| {
    COMPOUND
        .split(' ')
        .filter_map(|entry| {
            let mut letters = entry.chars();
            let (first, second) = (letters.next()?, letters.next()?);
            let (one, two) = letters.as_str().split_once(',')?;
            Some(((first, second), [one, two]))
        })
        .collect()
});

static OFTEN: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    SECOND
        .split(' ')
        .filter_map(apart)
        .map(|(letter, readings)| (letter, readings.split(',').collect()))
        .collect()
});

fn apart(entry: &'static str) -> Option<(char, &'static str)> {
    let mut letters = entry.chars();
    Some((letters.next()?, letters.as_str()))
}

/// Where in a name a character stands; `letter` and `next` are folded, `written` is as it came.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub written: char,
    pub letter: char,
    pub before: Option<char>,
    pub next: Option<char>,
    /// At the head of a name, where a surname is.
    pub first: bool,
}

/// All readings that may be typed, the likeliest first; none for what has no reading.
pub fn sounds(place: Place) -> Vec<Sound> {
    let mut found = Vec::new();
    let mut add = |shown: &str| {
        for letters in typed(shown) {
            if !found.iter().any(|sound: &Sound| sound.letters == letters) {
                found.push(Sound { letters, shown: shown.to_owned() });
            }
        }
    };
    let pair = |first: Option<char>, second: Option<char>| PAIR.get(&(first?, second?));
    if let Some([one, _]) = pair(Some(place.letter), place.next) {
        add(one);
    }
    if let Some([_, two]) = pair(place.before, Some(place.letter)) {
        add(two);
    }
    if place.first
        && let Some(shown) = SURNAME.get(&place.letter)
    {
        add(shown);
    }
    for shown in OFTEN.get(&place.letter).into_iter().flatten() {
        add(shown);
    }
    for letter in [place.written, place.letter] {
        if let Some(reading) = letter.to_pinyin() {
            add(reading.with_tone());
        }
    }
    found
}

/// The ways of typing a reading: lǚ as `lv` and as `lu`.
pub fn typed(shown: &str) -> Vec<String> {
    let plain = fold(shown);
    let with_v: String = shown
        .chars()
        .map(|c| if matches!(c, 'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ') { 'v' } else { c })
        .collect();
    let with_v = fold(&with_v);
    if with_v == plain { vec![plain] } else { vec![with_v, plain] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(letter: char, next: Option<char>) -> Vec<String> {
        let place = Place { written: letter, letter, before: None, next, first: true };
        sounds(place).into_iter().map(|sound| sound.letters).collect()
    }

    #[test]
    fn surnames_have_their_own_reading_and_the_default() {
        for (letter, own, default) in [
            ('单', "shan", "dan"),
            ('曾', "zeng", "ceng"),
            ('解', "xie", "jie"),
            ('仇', "qiu", "chou"),
            ('区', "ou", "qu"),
            ('查', "zha", "cha"),
            ('朴', "piao", "pu"),
            ('盖', "ge", "gai"),
            ('翟', "zhai", "di"),
            ('缪', "miao", "mou"),
            ('覃', "qin", "tan"),
        ] {
            let sounds = first(letter, None);
            assert_eq!(sounds[0], own);
            assert!(sounds.iter().any(|s| s == default), "{letter} {sounds:?}");
        }
        for (letter, shown) in [('任', "rén"), ('华', "huà"), ('宁', "nìng")] {
            let place = Place { written: letter, letter, before: None, next: None, first: true };
            assert_eq!(sounds(place)[0].shown, shown);
        }
        assert_eq!(first('尉', Some('迟'))[0], "yu");
        assert_eq!(first('万', Some('俟'))[0], "mo");
        assert_eq!(first('长', Some('孙'))[0], "zhang");
    }

    #[test]
    fn u_umlaut_is_typed_in_two_ways() {
        assert_eq!(first('吕', None), ["lv", "lu"]);
        assert_eq!(typed("nüè"), ["nve", "nue"]);
    }

    #[test]
    fn tables_are_well_formed() {
        for shown in SURNAME
            .values()
            .copied()
            .chain(OFTEN.values().flatten().copied())
            .chain(PAIR.values().flatten().copied())
        {
            for letters in typed(shown) {
                assert!(super::super::syllable::is_whole(&letters), "{shown}");
                assert_eq!(letters.chars().count(), shown.chars().count());
            }
        }
    }
}
