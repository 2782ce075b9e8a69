/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the component of an {@link InnerMap} or {@link BpfMap} record that is the key of the map. A compound key is a record.
 *
 * <p>The index of an array is a {@link U32} or an enum, which is a {@code __u32} in C. With {@link S32} it is a {@code __s32}.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.CLASS)
public @interface Key {}
