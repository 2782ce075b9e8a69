/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.attach.Attachment;
import dev.nestmap.runtime.program.LinkPin;

/**
 * A program that Nestmap attaches after it has loaded the object, in place of the program of an earlier run.
 *
 * @param program name of the C function
 */
record LinkTakeover(String program, Attachment attachment, LinkPin pin) {}
