/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.loadbalancer;

import java.net.Inet4Address;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The tables that a service has had, numbered from 0, and which of them the program may use. */
final class TableHistory {
    private final List<Inet4Address[]> tables = new CopyOnWriteArrayList<>();
    private volatile int complete = -1;

    /** Adds the table that is about to be swapped in. */
    void starting(Inet4Address[] table) {
        tables.add(table);
    }

    /** Records that the table that was added last has been swapped in. */
    void completed() {
        complete = newest();
    }

    /** The oldest table that the program can use for a datagram that is sent from now on. */
    int oldest() {
        return complete;
    }

    /** The newest table that the program can have used until now. */
    int newest() {
        return tables.size() - 1;
    }

    /** Returns the first of these tables that has this backend at this place, or -1 if there is none. */
    int find(int place, Inet4Address backend, int oldest, int newest) {
        for (int table = oldest; table <= newest; table++) {
            if (tables.get(table)[place].equals(backend)) {
                return table;
            }
        }
        return -1;
    }
}
