/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that the component is an unsigned integer of 64 bits in C ({@code __u64}).
 *
 * <p>A {@code long} holds the same 64 bits as C, so values from 2<sup>63</sup> on are negative in Java and {@code -1} is {@code
 * UINT64_MAX}. {@link Long#compareUnsigned}, {@link Long#toUnsignedString} and {@link Long#parseUnsignedLong} handle such values. A
 * {@link java.math.BigInteger} holds values from 0 to 2<sup>64</sup> - 1. Writing any other {@code BigInteger} throws {@link
 * IllegalArgumentException}.
 *
 * <p>On an enum it declares the width of the enum in C: {@code enum state : __u64}.
 */
@Documented
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE})
@Retention(RetentionPolicy.CLASS)
public @interface U64 {}
