/* SPDX-License-Identifier: Apache-2.0 */
/** Reports operations to listeners. One of the listeners writes events of the JDK's Flight Recorder. */
@NullMarked
package dev.nestmap.runtime.internal.observe;

import org.jspecify.annotations.NullMarked;
