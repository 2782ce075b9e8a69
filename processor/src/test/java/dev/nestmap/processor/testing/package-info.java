/* SPDX-License-Identifier: Apache-2.0 */
/** What tests need to compile sources with Nestmap's processor, on top of Google's compile-testing. */
@NullMarked
package dev.nestmap.processor.testing;

import org.jspecify.annotations.NullMarked;
