//! The syllables of Mandarin without tones, to take `wangxm` apart. Not a pronouncing dictionary.

use std::{collections::HashSet, sync::LazyLock};

/// Longest syllable: `zhuang`, `chuang`, `shuang`.
pub const LONGEST: usize = 6;

const ALL: &str = "a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce \
cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou cu \
cuan cui cun cuo da dai dan dang dao de dei den deng di dia dian diao die ding diu dong dou du duan dui dun duo e ei en eng \
er fa fan fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai \
han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju \
juan jue jun ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei leng \
li lia lian liang liao lie lin ling liu lo long lou lu luan lue lun luo lv lve ma mai man mang mao me mei men meng mi mian \
miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu nuan nue \
nun nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing \
qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang sao se sen seng sha \
shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo \
ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia \
xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan \
zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun \
zhuo zi zong zou zu zuan zui zun zuo";

static WHOLE: LazyLock<HashSet<&'static str>> = LazyLock::new(|| ALL.split(' ').collect());

static HEADS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    ALL.split(' ').flat_map(|s| (1..=s.len()).map(move |end| &s[..end])).collect()
});

pub fn is_whole(letters: &str) -> bool {
    WHOLE.contains(letters)
}

/// Whether some syllable begins so.
pub fn is_head(letters: &str) -> bool {
    HEADS.contains(letters)
}

/// Takes letters apart into exactly `count` syllables, the longest first.
pub fn divide(letters: &str, count: usize) -> Option<Vec<&str>> {
    if count == 0 {
        return letters.is_empty().then(Vec::new);
    }
    if !letters.is_ascii() {
        return None;
    }
    (1..=letters.len().min(LONGEST)).rev().filter(|end| is_whole(&letters[..*end])).find_map(
        |end| {
            let mut rest = divide(&letters[end..], count - 1)?;
            rest.insert(0, &letters[..end]);
            Some(rest)
        },
    )
}

/// Whether some name begins to be read so: whole syllables and the head of another.
pub fn could_be_read(letters: &str) -> bool {
    is_head(letters)
        || (1..letters.len().min(LONGEST + 1))
            .any(|end| is_whole(&letters[..end]) && could_be_read(&letters[end..]))
}

/// Whether the letters are nothing but whole syllables.
pub fn is_sequence(letters: &str) -> bool {
    (1..=letters.len()).any(|count| divide(letters, count).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_fall_into_syllables() {
        assert_eq!(divide("zhanglihua", 3), Some(vec!["zhang", "li", "hua"]));
        assert_eq!(divide("xian", 2), Some(vec!["xi", "an"]));
        assert_eq!(divide("xian", 1), Some(vec!["xian"]));
        assert_eq!(divide("smith", 2), None);
        assert!(is_sequence("lvyan") && !is_sequence("zl") && !is_sequence("zhangl"));
        assert!(could_be_read("zh") && could_be_read("ana") && !could_be_read("zl"));
        assert!(is_head("zhua") && is_head("q") && !is_head("smi"));
    }
}
