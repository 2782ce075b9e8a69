/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import java.util.List;

/** Objects, maps, links and pins with known counts, in a directory of their own. */
interface FaultScene extends AutoCloseable {
    /** The pins that are there now, without those of maps that wait to be drained. */
    List<String> content();

    @Override
    void close();
}
