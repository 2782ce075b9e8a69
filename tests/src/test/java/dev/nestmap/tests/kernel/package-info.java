/* SPDX-License-Identifier: Apache-2.0 */
/** From records to maps in a real kernel and back. */
@NullMarked
package dev.nestmap.tests.kernel;

import org.jspecify.annotations.NullMarked;
