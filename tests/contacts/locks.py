from django.db import connection


def until_somebody_waits_for_a_lock(*, waiting: int = 1) -> None:
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute(
                "SELECT count(DISTINCT pid), pg_sleep(0.02), pg_stat_clear_snapshot() "
                "FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()"
            )
            if cursor.fetchone()[0] >= waiting:
                return
    raise AssertionError("they don't wait")
