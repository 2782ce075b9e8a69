/* SPDX-License-Identifier: Apache-2.0 */
/** Generated files at work: headers that clang compiles, classes that run with the runtime. */
@NullMarked
package dev.nestmap.tests.processor;

import org.jspecify.annotations.NullMarked;
