/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a component that becomes a gauge, because it goes up and down. The component is a whole number, a {@code boolean}, which is 1 or
 * 0, or a {@link java.time.Duration}, which is shown in seconds. The gauge has the number that Java has: a {@code @U32 int} is negative
 * from 2<sup>31</sup> on, and a {@code @U32 long} is not. {@link MapMetrics} and {@link InnerMapMetrics} read it.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface GaugeMetric {
    /**
     * {@return the name of the gauge, such as {@code flow.last.size}; if empty, the words of the record's and the component's name: {@code
     * flow.last.size} for {@code lastSize} of {@code Flow}}
     */
    String value() default "";

    /** {@return what is measured, as the help text of the metric; if empty, the name of the component and its record} */
    String description() default "";
}
