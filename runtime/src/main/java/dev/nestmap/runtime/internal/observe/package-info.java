/* SPDX-License-Identifier: Apache-2.0 */
/** Tells listeners about operations. One of the listeners writes the events of the JDK's Flight Recorder. */
@NullMarked
package dev.nestmap.runtime.internal.observe;

import org.jspecify.annotations.NullMarked;
