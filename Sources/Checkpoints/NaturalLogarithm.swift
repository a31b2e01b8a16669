#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The logarithm to base e.
func naturalLogarithm(_ value: Double) -> Double { log(value) }
