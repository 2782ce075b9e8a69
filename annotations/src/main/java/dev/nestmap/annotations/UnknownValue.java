/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The constant of an enum that stands for every value that no other constant has. It has no value itself, is left out where values
 * are counted, and is not in the C enum: it is only read, and to write it is an {@link IllegalArgumentException}. Without it, a value that no constant has is a
 * {@code BpfException} when it is read.
 *
 * <p>In a set of flags it stands for bits that no other constant has.
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.CLASS)
public @interface UnknownValue {}
