/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** Marks a {@link KernelTest} class that runs on one JDK only, because another one could not change its results. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@KernelTest
@Tag("jdk-independent")
public @interface KernelTestOnOneJdk {}
