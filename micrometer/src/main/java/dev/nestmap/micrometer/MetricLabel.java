/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of a key that becomes a label. The metrics of entries that differ only in other components are added up. So a key with many
 * values, such as a port or an address of a client, makes no time series of its own unless somebody asks for it.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface MetricLabel {
    /** {@return the name of the label; if empty, the name of the component} */
    String value() default "";
}
