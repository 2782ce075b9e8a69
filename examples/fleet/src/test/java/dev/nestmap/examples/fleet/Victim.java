/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;

/** A process that may be killed. */
interface Victim {
    /** What it is, for the user. */
    String name();

    /** Ends the process with SIGKILL, and starts it again. */
    void killAndRestart() throws IOException;
}
