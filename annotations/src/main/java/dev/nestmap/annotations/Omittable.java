/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Permits earlier versions, which lack this component, to leave out its values. Without this annotation, the way back to such a version refuses to convert the
 * entries of pinned maps. Add it together with the component: a pinned map says what its load has said that created or changed it.
 *
 * <pre>{@code
 * record Flow(@Key @U32 long id, @U64 long packets, @Omittable @U64 long drops) {} }</pre>
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.CLASS)
public @interface Omittable {}
