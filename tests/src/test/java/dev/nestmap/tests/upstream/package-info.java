/* SPDX-License-Identifier: Apache-2.0 */
/** Examples and tests of maps of maps from other projects, written with Nestmap. Each class reads as an example. */
@NullMarked
package dev.nestmap.tests.upstream;

import org.jspecify.annotations.NullMarked;
