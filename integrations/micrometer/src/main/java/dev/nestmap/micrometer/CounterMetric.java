/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a counter from a component that programs only increment. The component is an integer, read as unsigned, or a {@link
 * java.time.Duration}, counted in seconds. {@link MapMetrics} and {@link InnerMapMetrics} read this annotation.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface CounterMetric {
    /**
     * {@return the name of the counter, such as {@code flow.packets}; by default, the words of the record's and the component's name:
     * {@code flow.lost.packets} for {@code lostPackets} of {@code Flow}}
     */
    String value() default "";

    /** {@return the help text of the metric; by default, the name of the component and its record} */
    String description() default "";
}
