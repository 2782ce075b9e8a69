/* SPDX-License-Identifier: Apache-2.0 */
/** The Maven goals that compile BPF programs with clang and compare the objects with their schema text. */
@NullMarked
package dev.nestmap.maven;

import org.jspecify.annotations.NullMarked;
