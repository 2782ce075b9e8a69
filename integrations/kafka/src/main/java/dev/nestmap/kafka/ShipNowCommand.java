/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.rmi.RemoteException;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;

/**
 * A command that makes all shippers of a process rotate and ship everything before a reboot. The user has ended what counts: see {@link Shipper#shipLast}. The
 * process continues.
 *
 * <pre>{@code
 * java -cp ... dev.nestmap.kafka.ShipNowCommand PID [SECONDS]
 * }</pre>
 *
 * <p>Run it as the user of the process, on the same machine, in the same container and network namespace, with the module {@code
 * jdk.attach}. It waits at most 60 seconds for each shipper, or the number of seconds in the second argument. It exits with 0 if all counts
 * from before the call are committed, with 1 if not, and with 2 if it could not run.
 */
public final class ShipNowCommand {
    private static final String SECONDS = "60";

    /** If the shipper reports none. */
    private static final String UNKNOWN = "it took too long, or a damaged file (*.damaged) has counts";

    private ShipNowCommand() {}

    /**
     * Runs the command.
     *
     * @param arguments the id of the process, and optionally a number of seconds
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        if (arguments.length != 1 && arguments.length != 2) {
            System.out.println("Usage: ShipNowCommand PID [SECONDS]");
            return 2;
        }
        try {
            long seconds = Long.parseLong(arguments.length == 2 ? arguments[1] : SECONDS);
            VirtualMachine process = VirtualMachine.attach(arguments[0]);
            try (JMXConnector connector = connect(process)) {
                return connector == null ? 2 : ship(connector.getMBeanServerConnection(), seconds);
            } finally {
                process.detach();
            }
        } catch (RemoteException e) {
            System.out.println("Could not run: the process has ended too early, or the connection to it: " + e);
            return 2;
        } catch (Throwable e) { // Java exits with 1 after an Error, as this command does if something is not shipped
            System.out.println("Could not run: " + e);
            return 2;
        }
    }

    /**
     * Connects to the JMX agent of the process, which listens on the loopback interface. On failure, prints the reason and returns null.
     */
    @SuppressWarnings("BanJNDI") // the address comes from a process of the same user on this machine
    private static @Nullable JMXConnector connect(VirtualMachine process) throws IOException {
        JMXServiceURL address = new JMXServiceURL(process.startLocalManagementAgent());
        try {
            return JMXConnectorFactory.connect(address);
        } catch (IOException e) {
            System.out.println("Could not run: process " + process.id()
                    + " can't be reached over the loopback interface. If it is in"
                    + " another network namespace, run this command there, as root: nsenter --net -t " + process.id()
                    + " java ... The error is " + e);
            return null;
        }
    }

    private static int ship(MBeanServerConnection process, long seconds) throws JMException, IOException {
        Set<ObjectName> shippers = new TreeSet<>(process.queryNames(new ObjectName(StatisticsBean.ALL), null));
        if (shippers.isEmpty()) {
            System.out.println("Could not run: the process has no shipper");
            return 2;
        }
        boolean all = true;
        for (ObjectName shipper : shippers) {
            boolean shipped = (boolean) process.invoke(shipper, "ship", new Object[] {seconds}, new String[] {"long"});
            String text = shipped // the process may end now, and everything is shipped nevertheless
                    ? ": everything is shipped"
                    : ": not shipped, problem: "
                            + Objects.requireNonNullElse(process.getAttribute(shipper, "Problem"), UNKNOWN);
            System.out.println(ObjectName.unquote(shipper.getKeyProperty("id")) + text);
            all &= shipped;
        }
        return all ? 0 : 1;
    }
}
