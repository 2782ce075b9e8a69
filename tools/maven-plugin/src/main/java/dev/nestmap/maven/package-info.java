/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Maven goals that compile BPF programs with clang, report the damage of a change of the records, and check objects.
 *
 * <p>A goal reads its parameters and calls {@link dev.nestmap.builder}, which does the work without Maven. This package has only the check
 * of Maven's configuration: {@link dev.nestmap.maven.ProcessorCheck} finds out why javac does not run the annotation processor.
 */
@NullMarked
package dev.nestmap.maven;

import org.jspecify.annotations.NullMarked;
