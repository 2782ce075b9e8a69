/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import org.jspecify.annotations.Nullable;

/** A shipper in JMX: {@code dev.nestmap:type=Shipper,id="nestmap.MACHINE.NAME"}. */
public interface ShipperMXBean {
    /** {@return {@link Shipper#statistics}, as text} */
    String getStatistics();

    /** {@return the problem that prevents shipping all or some maps; null if there is none} */
    @Nullable
    String getProblem();

    /**
     * Does the same as {@link Shipper#shipLast}.
     *
     * @param seconds longest time to wait
     * @return false as for {@link Shipper#ship}
     * @throws InterruptedException if the thread is interrupted
     */
    boolean ship(long seconds) throws InterruptedException;
}
