/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.lang.management.ManagementFactory;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import org.jspecify.annotations.Nullable;

/**
 * Shows the statistics of a shipper over JMX. Each component of {@link ShipperStatistics} is an attribute; times are strings. The operation
 * {@link #SHIP} ships everything now.
 */
final class StatisticsBean implements DynamicMBean, AutoCloseable {
    /** An operation with a number of seconds to wait. It returns the result of {@link Shipper#ship}. */
    static final String SHIP = "ship";

    /** The names of all shippers. */
    static final String ALL = "dev.nestmap:type=Shipper,*";

    private final Shipper<?> shipper;
    private final @Nullable ObjectName name;

    StatisticsBean(Shipper<?> shipper, String id) {
        this.shipper = shipper;
        this.name = register(id);
    }

    /** Returns the name; null if it could not be registered, because the shipper works without it. */
    private @Nullable ObjectName register(String id) {
        try {
            ObjectName own = new ObjectName("dev.nestmap:type=Shipper,id=" + ObjectName.quote(id));
            ManagementFactory.getPlatformMBeanServer().registerMBean(this, own);
            return own;
        } catch (InstanceAlreadyExistsException e) {
            ShipperLog.log(
                    System.Logger.Level.WARNING,
                    "two shippers of this process have the id " + id + ": JMX shows the first one only",
                    null);
        } catch (JMException e) {
            ShipperLog.log(System.Logger.Level.WARNING, "JMX does not show the shipper " + id, e);
        }
        return null;
    }

    @Override
    public @Nullable Object getAttribute(String attribute) throws AttributeNotFoundException, ReflectionException {
        for (RecordComponent component : ShipperStatistics.class.getRecordComponents()) {
            if (component.getName().equals(attribute)) {
                try {
                    Object value = component.getAccessor().invoke(shipper.statistics());
                    return value instanceof Instant time ? time.toString() : value;
                } catch (ReflectiveOperationException e) {
                    throw new ReflectionException(e);
                }
            }
        }
        throw new AttributeNotFoundException(attribute);
    }

    @Override
    public AttributeList getAttributes(String[] attributes) {
        AttributeList found = new AttributeList();
        for (String attribute : attributes) {
            try {
                found.add(new Attribute(attribute, getAttribute(attribute)));
            } catch (JMException e) {
                // JMX leaves out attributes that can't be read.
            }
        }
        return found;
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        MBeanAttributeInfo[] attributes = Arrays.stream(ShipperStatistics.class.getRecordComponents())
                .map(component -> new MBeanAttributeInfo(
                        component.getName(), typeOf(component), component.getName(), true, false, false))
                .toArray(MBeanAttributeInfo[]::new);
        MBeanParameterInfo seconds = new MBeanParameterInfo("seconds", "long", "how long to wait");
        MBeanOperationInfo ship = new MBeanOperationInfo(
                SHIP,
                "rotates all maps, and waits until they are committed; returns whether they are",
                new MBeanParameterInfo[] {seconds},
                "boolean",
                MBeanOperationInfo.ACTION);
        return new MBeanInfo(
                StatisticsBean.class.getName(), "a shipper", attributes, null, new MBeanOperationInfo[] {ship}, null);
    }

    private static String typeOf(RecordComponent component) {
        return component.getType() == Instant.class
                ? String.class.getName()
                : component.getType().getName();
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " can't be set");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }

    @Override
    public Object invoke(String operation, Object[] arguments, String[] signature)
            throws ReflectionException, MBeanException {
        if (!operation.equals(SHIP) || arguments.length != 1 || !(arguments[0] instanceof Long seconds)) {
            throw new ReflectionException(new NoSuchMethodException(operation));
        }
        try {
            return shipper.shipLast(Duration.ofSeconds(seconds));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MBeanException(e);
        }
    }

    @Override
    public void close() {
        if (name != null) {
            try {
                ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
            } catch (JMException e) {
                ShipperLog.log(System.Logger.Level.DEBUG, name + " was unregistered before", e);
            }
        }
    }
}
