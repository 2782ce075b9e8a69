/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a gauge from a component that goes up and down. The component is an integer, a {@code boolean}, shown as 1 or 0, or a {@link
 * java.time.Duration}, shown in seconds. The gauge shows the Java value: a {@code @U32 int} is negative from 2<sup>31</sup> on, a {@code
 * @U32 long} is not. {@link MapMetrics} and {@link InnerMapMetrics} read this annotation.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface GaugeMetric {
    /**
     * {@return the name of the gauge, such as {@code flow.last.size}; by default, the words of the record's and the component's name:
     * {@code flow.last.size} for {@code lastSize} of {@code Flow}}
     */
    String value() default "";

    /** {@return the help text of the metric; by default, the name of the component and its record} */
    String description() default "";
}
