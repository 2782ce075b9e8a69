/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The record is a packed struct in C ({@code __attribute__((packed))}): its fields follow each other without padding, and its
 * address need not be a multiple of anything. On a map record it is the value, on an outer map record the key.
 *
 * <p>A program reads unaligned fields byte by byte, and can not use them atomically.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Packed {}
