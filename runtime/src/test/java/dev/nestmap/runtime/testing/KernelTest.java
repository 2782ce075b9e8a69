/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests that need libbpf, clang and the privilege to use BPF. Without these they are skipped, with the reason. With
 * {@code NESTMAP_REQUIRE_KERNEL=1} in the environment they fail instead. A class of such tests must leave no BPF file descriptor open.
 * {@code bin/test-kernels} runs all tests with this tag on other kernels.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("kernel")
@ExtendWith({KernelCondition.class, NoFdLeaks.class})
public @interface KernelTest {}
