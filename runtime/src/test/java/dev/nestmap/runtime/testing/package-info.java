/* SPDX-License-Identifier: Apache-2.0 */
/** What tests on a real kernel need. */
@NullMarked
package dev.nestmap.runtime.testing;

import org.jspecify.annotations.NullMarked;
