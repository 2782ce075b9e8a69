/* SPDX-License-Identifier: Apache-2.0 */
/** Components of every type: what is generated for them is what javac, clang and BTF make of them too. */
@NullMarked
package dev.nestmap.tests.types;

import org.jspecify.annotations.NullMarked;
