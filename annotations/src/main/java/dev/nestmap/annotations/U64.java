/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The component is an unsigned integer of 64 bits in C ({@code __u64}). A {@code long} holds its bits, so that values from
 * 2<sup>63</sup> on are negative in Java and {@code -1} is {@code UINT64_MAX}: {@link Long#compareUnsigned}, {@link
 * Long#toUnsignedString} and {@link Long#parseUnsignedLong} take them for what they are. A {@link
 * java.math.BigInteger} holds its value.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.CLASS)
public @interface U64 {}
