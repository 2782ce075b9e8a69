package com.acme;

import com.acme.Bill.Network;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.DrainException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteDataSource;

public final class Main {
    private static final Duration PAUSE = Duration.ofMillis(Long.getLong("bill.pause", 10_000));

    /** Arguments: an interface, the directory of the pins, the file of the customers, the JDBC address of the database, and the time zone of the days. */
    public static void main(String[] args) {
        if (args.length != 5) {
            System.err.println("usage: INTERFACE DIRECTORY_OF_PINS FILE_OF_CUSTOMERS JDBC_ADDRESS TIME_ZONE, such as the unit bill.service has them");
            System.exit(2);
        }
        String device = args[0];
        Path pins = Path.of(args[1]);
        Path customers = Path.of(args[2]);
        try {
            List<Network> networks = Customers.read(customers);
            boolean isTakenOver = isCounted(device, pins);
            try (Billing billing = Billing.at(device, pins, networks, database(args[3]), ZoneId.of(args[4]))) {
                System.out.println("counting at " + device + (isTakenOver ? ", as an earlier run did" : " from now on") + ", with "
                        + networks.size() + " networks of customers; " + billing.waiting() + " tables wait for the database");
                Thread days = new Thread(() -> endDays(billing));
                days.setDaemon(true);
                days.start();
                LocalDate shown = LocalDate.MIN;
                while (true) {
                    boolean isCounted = isCounted(device, pins);
                    LocalDate today = billing.day(Instant.now());
                    if (collect(billing) && !today.equals(shown)) { // and at the start
                        show(billing, device);
                        shown = today;
                    }
                    if (!isCounted) { // everything that was counted is stored, or waits
                        throw new IllegalStateException("nothing counts at " + device + " any more: it was removed, or somebody has detached"
                                + " the programs. The next start attaches them again");
                    }
                    networks = assignIfChanged(billing, customers, networks);
                    Thread.sleep(PAUSE.toMillis());
                }
            }
        } catch (Throwable e) { // in a ScheduledExecutorService, the drains would only stop, and nobody would know
            end(e);
        }
    }

    /** On a thread of its own: a drain that waits for the database would put what it finds afterwards into the next day. */
    private static void endDays(Billing billing) {
        try {
            Instant midnight = billing.midnightAfter(Instant.now());
            while (true) {
                long rest = Duration.between(Instant.now(), midnight).toMillis();
                Thread.sleep(Math.max(0, Math.min(rest, 10_000)) + 1); // a clock may be set
                if (!Instant.now().isBefore(midnight)) {
                    billing.endDay();
                    midnight = billing.midnightAfter(Instant.now());
                }
            }
        } catch (Throwable e) {
            end(e);
        }
    }

    private static void end(Throwable e) {
        e.printStackTrace();
        Runtime.getRuntime().halt(1); // the service manager starts the service again
    }

    /** Whether the programs count, perhaps since an earlier run. They stop when the interface is removed, even if it comes back. */
    private static boolean isCounted(String device, Path pins) {
        for (String link : List.of("received-", "sent-")) {
            Path pin = pins.resolve(link + device);
            if (!Files.exists(pin)) {
                return false;
            }
            try (KernelLink opened = Nestmap.openPinnedLink(pin)) {
                if (!opened.info().attached()) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean collect(Billing billing) {
        try {
            billing.collect();
            return true;
        } catch (DrainException e) { // the table waits for the next call
            e.printStackTrace();
            return false;
        }
    }

    private static void show(Billing billing, String device) {
        try {
            System.out.println(billing.sums(device));
        } catch (SQLException | IOException e) { // tomorrow again
            e.printStackTrace();
        }
    }

    private static List<Network> assignIfChanged(Billing billing, Path file, List<Network> before) {
        try {
            List<Network> now = Customers.read(file);
            if (!now.equals(before)) {
                billing.assign(now);
            }
            return now;
        } catch (IOException | RuntimeException e) { // perhaps it is being written; the next call tries again
            System.err.println(file + " is not taken, or only in part: " + e);
            return before;
        }
    }

    private static DataSource database(String address) {
        if (address.startsWith("jdbc:postgresql:")) {
            PGSimpleDataSource postgres = new PGSimpleDataSource();
            postgres.setUrl(address);
            postgres.setSocketTimeout(60); // seconds: without an answer, the service would wait forever
            return postgres;
        }
        SQLiteDataSource file = new SQLiteDataSource();
        file.setUrl(address);
        return file;
    }
}
