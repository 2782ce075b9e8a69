/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of a value that programs only increment: it becomes a counter. The component is a whole number, of which all 64 bits count,
 * or a {@link java.time.Duration}, which is counted in seconds. {@link MapMetrics} and {@link InnerMapMetrics} read it.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface CounterMetric {
    /** {@return the name of the counter, such as {@code flow.packets}; if empty, the names of the record and of the component} */
    String value() default "";

    /** {@return what is counted, for people} */
    String description() default "";
}
