/* SPDX-License-Identifier: Apache-2.0 */
/** Imports objects as records, and reads the records back. */
@NullMarked
package dev.nestmap.tests.imported;

import org.jspecify.annotations.NullMarked;
