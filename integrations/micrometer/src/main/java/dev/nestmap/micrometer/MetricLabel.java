/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a label from a component of a key. Entries that differ only in components without this annotation are added up. So a component with
 * many values, such as a client's port or address, creates no time series unless you ask for it.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface MetricLabel {
    /** {@return the name of the label; by default, the name of the component with dots between its words} */
    String value() default "";
}
