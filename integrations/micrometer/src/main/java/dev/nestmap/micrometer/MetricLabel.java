/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a component of a key that becomes a label. Entries that differ only in components without this annotation are added up. So a
 * component with many values, such as a client's port or address, makes no time series unless you ask for it.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface MetricLabel {
    /** {@return the name of the label; if empty, the name of the component, with dots between its words} */
    String value() default "";
}
