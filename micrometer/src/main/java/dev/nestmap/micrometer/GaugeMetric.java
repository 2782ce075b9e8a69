/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of a value that goes up and down: it becomes a gauge. The component is a number, a {@code boolean}, which is 1 or 0, or a
 * {@link java.time.Duration} in seconds. {@link MapMetrics} and {@link InnerMapMetrics} read it.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface GaugeMetric {
    /** {@return the name of the gauge, such as {@code flow.last.size}; if empty, the names of the record and of the component} */
    String value() default "";

    /** {@return what is measured, for people} */
    String description() default "";
}
