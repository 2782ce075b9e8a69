/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A test with {@link BpfClang#all}. */
@ParameterizedTest
@MethodSource("dev.nestmap.btf.BpfClang#all")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface EveryClang {}
