/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** Shows a shipper in JMX, until it is closed. */
final class StatisticsBean implements ShipperMXBean, AutoCloseable {
    /** The names of all shippers. */
    static final String ALL = "dev.nestmap:type=Shipper,*";

    private final Shipper<?> shipper;

    /** The registered name; null if it could not be registered, because the shipper works without it. */
    private @Nullable ObjectName name;

    StatisticsBean(Shipper<?> shipper, String id) {
        this.shipper = shipper;
        try {
            ObjectName own = new ObjectName("dev.nestmap:type=Shipper,id=" + ObjectName.quote(id));
            ManagementFactory.getPlatformMBeanServer().registerMBean(this, own);
            this.name = own;
        } catch (JMException e) { // such as a second shipper of this process with the same id
            ShipperLog.warn("JMX does not show the shipper " + id, e);
        }
    }

    @Override
    public String getStatistics() {
        return shipper.statistics().toString();
    }

    @Override
    public @Nullable String getProblem() {
        return shipper.statistics().problem();
    }

    @Override
    public boolean ship(long seconds) throws InterruptedException {
        return shipper.shipLast(Duration.ofSeconds(seconds));
    }

    @Override
    public synchronized void close() {
        ObjectName registered = name;
        name = null; // from now on, another shipper may have this name
        if (registered != null) {
            try {
                ManagementFactory.getPlatformMBeanServer().unregisterMBean(registered);
            } catch (JMException e) {
                ShipperLog.debug(registered + " was unregistered before", e);
            }
        }
    }
}
