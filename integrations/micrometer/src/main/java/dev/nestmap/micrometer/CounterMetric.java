/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a component that becomes a counter, because programs only increment it. The component is a whole number, which is read as
 * unsigned, or a {@link java.time.Duration}, which is counted in seconds. {@link MapMetrics} and {@link InnerMapMetrics} read it.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface CounterMetric {
    /**
     * {@return the name of the counter, such as {@code flow.packets}; if empty, the words of the record's and the component's name: {@code
     * flow.lost.packets} for {@code lostPackets} of {@code Flow}}
     */
    String value() default "";

    /** {@return what is counted, as the help text of the metric; if empty, the name of the component and its record} */
    String description() default "";
}
