/* SPDX-License-Identifier: Apache-2.0 */
/** The Gradle plugin: a task that compiles BPF programs, and the dependencies of a service. */
@NullMarked
package dev.nestmap.gradle;

import org.jspecify.annotations.NullMarked;
