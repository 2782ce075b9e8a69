/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import java.util.List;

/** A wait for records that another thread can end. Any thread may call {@link #wake}, also after {@link #close}. */
public interface StreamWait extends AutoCloseable {
    /**
     * Waits until a map has a record, or {@link #wake} has been called.
     *
     * @param maps open maps of the type that this wait was made for
     * @param millis the longest wait, in milliseconds; it may return earlier
     * @return 0 or more, or a negative errno
     */
    int await(List<RawMap> maps, int millis);

    /** Ends the current call of {@link #await}, and every later one. */
    void wake();

    @Override
    void close();
}
