/* SPDX-License-Identifier: Apache-2.0 */
/** Components of every type. Tests compare the generated code with what javac, clang and BTF make of it. */
@NullMarked
package dev.nestmap.tests.types;

import org.jspecify.annotations.NullMarked;
