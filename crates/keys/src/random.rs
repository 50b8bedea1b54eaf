//! Bytes from the operating system, the only source of randomness that keys are made of.

use zeroize::Zeroizing;

use crate::KeyError;

pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, KeyError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(KeyError::NoRandomness)?;
    Ok(bytes)
}
