/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import java.util.Set;

/** The attachment of one program with a pinned link during the load of its object. It can be undone until it is closed. */
public interface LinkTakeover extends AutoCloseable {
    /**
     * Throws if the program could not be attached: it does not fit the hook, the hook does not exist or has another program, or another
     * link is pinned there. Changes nothing. Does not find problems that only the attachment itself shows.
     */
    void requirePossible();

    /** The ids of the programs that {@link #run} replaces: of the pinned link, and of one that an interrupted replacement has left. */
    Set<Integer> replaced();

    /**
     * Attaches the program, or takes over the pinned link.
     *
     * @param claim the claim of the link, which the attachment shares
     */
    void run(PinClaim claim);

    /**
     * Undoes {@link #run}: gives the link its previous program again, or removes the pin of a new link, which ends with the object. Leaves
     * the link as it is if another process has taken it over meanwhile.
     *
     * @return false if the program stays attached, because the kernel can't put the previous one back
     */
    boolean putBack();

    /** Whether {@link #run} has attached the program, even if it failed afterwards. So the program may have run. */
    boolean mayHaveRun();

    /** Releases the previous program. */
    @Override
    void close();
}
