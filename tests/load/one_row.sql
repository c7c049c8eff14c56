INSERT INTO bench_row (id, app_id, body) VALUES (uuidv7(), :app, convert_to(:body, 'UTF8'));
