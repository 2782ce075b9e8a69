/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Allows earlier versions, which lack this component, to drop its values when you go back to them. Without this annotation, such a version can't
 * convert the entries of pinned maps. Add the annotation together with the component, because a pinned map stores the annotations of the version that
 * created or changed it.
 *
 * <pre>{@code
 * record Flow(@Key @U32 long id, @U64 long packets, @Omittable @U64 long drops) {} }</pre>
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.CLASS)
public @interface Omittable {}
