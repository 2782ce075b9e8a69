/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

/** Keeps a program attached. It belongs to the program's object, which closes it when it closes itself. */
public interface Link extends AutoCloseable {
    /** Detaches the program. Does nothing when that has been done; may be called by any thread. */
    @Override
    void close();
}
