/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the enum constant that stands for all values that no other constant has. Reading such a value returns this constant;
 * without it, reading throws a {@code BpfException}. In a set of flags it stands for all bits that no other constant has.
 *
 * <p>The constant has no value and is not in the C enum. If the enum has no {@link EnumValue}, the constant is skipped when
 * values are assigned. Writing it throws {@link IllegalArgumentException}.
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.CLASS)
public @interface UnknownValue {}
